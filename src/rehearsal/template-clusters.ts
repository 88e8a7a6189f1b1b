import { knownValue } from '../stack-template/known-value.ts';
import { attributeOf, refOf } from '../stack-template/references.ts';
import { objectAt, valueAt } from '../stack-template/template-value.ts';
import { isUnresolved, valueTemplate } from './valued-template.ts';

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
  const template = valueTemplate({ template: text, parameters, variables: {} }, '1.0.0');
  if (template === undefined) return none;
  const resources = objectAt(template.body, 'Resources');
  const found = Object.values(resources).map((resource) => {
    if (!/^AWS::ECS::(Service|TaskSet)$/.test(String(valueAt(resource, 'Type')))) return none;
    const cluster = knownValue(template, valueAt(resource, 'Properties', 'Cluster')) ?? 'default';
    if (typeof cluster === 'string' && isPlain(cluster)) return { names: [cluster.replace(/^.*\//, '')], problems: [] };
    // The emulator provides a cluster that comes from outside the template.
    if (/Fn::ImportValue|\{\{resolve:/.test(JSON.stringify(cluster))) return none;
    const source = refOf(cluster) ?? attributeOf(cluster)?.[0] ?? '';
    // A parameter without a value is reported before anything is deployed.
    const isKnownLater = Object.hasOwn({ ...resources, ...objectAt(template.body, 'Parameters') }, source);
    if (typeof cluster === 'string' ? isUnresolved(cluster) : isKnownLater) return none;
    return {
      names: [],
      problems: [
        `Only AWS knows the cluster (${JSON.stringify(cluster)}). Take it from a parameter of the template, with a Default or a value in EcsCanary.TemplateParameters.`,
      ],
    };
  });
  return {
    names: [...new Set(found.flatMap(({ names }) => names))],
    problems: [...new Set(found.flatMap(({ problems }) => problems))],
  };
}

/** Whether this is a literal name or ARN, without expressions that Octopus or AWS would resolve. */
function isPlain(cluster: string): boolean {
  return /^[\w:/-]+$/.test(cluster);
}
