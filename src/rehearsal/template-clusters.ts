import { knownValue, type ValuedTemplate } from '../stack-template/known-value.ts';
import { parseTemplate } from '../stack-template/parsed-template.ts';
import { attributeOf, refOf } from '../stack-template/references.ts';
import { objectAt, type TemplateValue, valueAt } from '../stack-template/template-value.ts';
import { stackParameterValues } from '../steps/deploy-stack/parameters/template-parameters.ts';

/** The clusters of a template's services and task sets. */
export interface FoundClusters {
  /** Names of the clusters outside the template. */
  readonly names: readonly string[];
  /** What to provide for each cluster that only AWS knows. */
  readonly problems: readonly string[];
}

const none: FoundClusters = { names: [], problems: [] };

/** Finds the clusters that the template resolves to; a template that Deploy Stack will refuse reports nothing. */
export function findClusters(text: string, parameters: Readonly<Record<string, string>>): FoundClusters {
  const template = readTemplate(text, parameters['EcsCanary.TemplateParameters'] ?? '');
  if (template === undefined) return none;
  const resources = objectAt(template.body, 'Resources');
  const found = Object.values(resources).map((resource) => {
    if (!/^AWS::ECS::(Service|TaskSet)$/.test(String(valueAt(resource, 'Type')))) return none;
    const cluster = knownValue(template, valueAt(resource, 'Properties', 'Cluster')) ?? 'default';
    if (typeof cluster === 'string' && isPlain(cluster)) return { names: [cluster.replace(/^.*\//, '')], problems: [] };
    // The emulator provides a cluster that comes from outside the template.
    if (/Fn::ImportValue|\{\{resolve:/.test(JSON.stringify(cluster))) return none;
    const source = refOf(cluster) ?? attributeOf(cluster)?.[0] ?? '';
    if (typeof cluster === 'string' ? cluster.includes('#{') : valueAt(resources, source) !== undefined) return none;
    return {
      names: [],
      problems: [describeUnknown(cluster, valueAt(template.body, 'Parameters', source), source)],
    };
  });
  return {
    names: [...new Set(found.flatMap(({ names }) => names))],
    problems: [...new Set(found.flatMap(({ problems }) => problems))],
  };
}

function readTemplate(text: string, values: string): ValuedTemplate | undefined {
  try {
    return { body: parseTemplate(text).body, parameters: stackParameterValues(values) };
  } catch {
    return undefined;
  }
}

/** Whether this is a literal name or ARN, without expressions that Octopus or AWS would resolve. */
function isPlain(cluster: string): boolean {
  return /^[\w:/-]+$/.test(cluster);
}

function describeUnknown(cluster: TemplateValue, parameter: TemplateValue | undefined, name: string): string {
  return parameter === undefined
    ? `Only AWS knows the cluster (${JSON.stringify(cluster)}). Take it from a parameter of the template, with a Default or a value in EcsCanary.TemplateParameters.`
    : `The cluster comes from the template's parameter ${name}, which has no value. Put {"EcsCanary.TemplateParameters": "${name}=NAME"} into the file of --parameters.`;
}
