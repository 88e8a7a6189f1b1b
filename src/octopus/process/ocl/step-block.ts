import type { ManualStep, ProcessStep } from '../definition.ts';
import { conditionWord, manualProperties, stepProperties } from '../json.ts';
import type { OclBlock } from './writer.ts';

/** A step with its one action, which without a label and a name has those of the step. */
export function stepBlock(step: ProcessStep, action: OclBlock): OclBlock {
  const condition = conditionWord(step.condition);
  const properties = stepProperties(step);
  return {
    name: 'step',
    label: step.slug,
    attributes: {
      condition: condition === 'Success' ? undefined : condition,
      name: step.name,
      properties: Object.keys(properties).length === 0 ? undefined : properties,
    },
    blocks: [action],
  };
}

/** The action of a manual intervention. */
export function manualAction(step: ManualStep): OclBlock {
  return { name: 'action', attributes: { action_type: 'Octopus.Manual', properties: manualProperties(step) } };
}
