import { AwsError } from '../../contract/aws-error.ts';
import { findReferences } from './references.ts';
import type { OutputTemplate, ResourceTemplate, Template } from './template.ts';

/** The resources whose conditions hold, in the order that their references require. */
export interface CompiledTemplate {
  readonly resources: ReadonlyMap<string, ResourceTemplate>;
  /** Logical id → the ids that must exist first; the keys are in a matching order. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  readonly outputs: readonly OutputTemplate[];
}

/** What a template may use of the resource types. */
export interface KnownTypes {
  /** Whether AWS could have such a type. */
  isType(type: string): boolean;
  /** Why the emulator cannot have a type that AWS may have. */
  refusal(type: string): string | undefined;
  /** Undefined if the type has the attribute; `aws` if AWS itself refuses it, otherwise the emulator's own words. */
  attributeRefusal(type: string, attribute: string): string | undefined;
}

/** Checks types, references and cycles, and orders the resources; throws ValidationError. */
export function compileTemplate(
  template: Template,
  types: KnownTypes,
  condition: (name: string) => boolean,
): CompiledTemplate {
  refuseUnknownTypes(template, types);
  refuseUnresolved(template);
  refuseUnknownAttributes(template, types);
  const isActive = (item: { readonly condition?: string }): boolean =>
    item.condition === undefined || condition(item.condition);
  const resources = new Map([...template.resources].filter(([, resource]) => isActive(resource)));
  const dependencies = new Map(
    [...resources].map(([id, resource]) => [id, dependenciesOf(resource).filter((other) => resources.has(other))]),
  );
  return { resources, dependencies: sorted(dependencies), outputs: template.outputs.filter(isActive) };
}

function refuseUnknownTypes(template: Template, types: KnownTypes): void {
  const named = [...new Set([...template.resources.values()].map(({ type }) => type))];
  const unknown = named.filter((type) => !types.isType(type));
  if (unknown.length > 0) throw invalid(`Template format error: Unrecognized resource types: [${unknown.join(', ')}]`);
  const refusals = named.flatMap((type) => types.refusal(type) ?? []);
  if (refusals.length > 0) throw invalid(refusals.join(' '));
}

function refuseUnresolved(template: Template): void {
  const isKnown = (name: string): boolean =>
    name.startsWith('AWS::') || template.parameters.has(name) || template.resources.has(name);
  const check = (names: readonly string[], block: string): void => {
    const unknown = [...new Set(names.filter((name) => !isKnown(name)))];
    if (unknown.length > 0)
      throw invalid(
        `Template format error: Unresolved resource dependencies [${unknown.join(', ')}] in the ${block} block of the template`,
      );
  };
  const resources = [...template.resources.values()];
  check(
    resources.flatMap((resource) => [...resource.dependsOn, ...namesIn(resource.properties)]),
    'Resources',
  );
  check(
    template.outputs.flatMap((output) => namesIn([output.value, output.exportName])),
    'Outputs',
  );
}

function refuseUnknownAttributes(template: Template, types: KnownTypes): void {
  const places = [...[...template.resources.values()].map(({ properties }) => properties), ...template.outputs];
  for (const { name, attribute } of places.flatMap(findReferences)) {
    const resource = template.resources.get(name);
    if (attribute === undefined || attribute === '' || !resource) continue;
    const refusal = types.attributeRefusal(resource.type, attribute);
    if (refusal === 'aws')
      throw invalid(`Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`);
    if (refusal) throw invalid(`${refusal} (Fn::GetAtt of ${name}).`);
  }
}

function namesIn(value: unknown): string[] {
  return findReferences(value).map(({ name }) => name);
}

function dependenciesOf(resource: ResourceTemplate): string[] {
  return [...new Set([...resource.dependsOn, ...namesIn(resource.properties)])];
}

function sorted(dependencies: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  const order = new Map<string, readonly string[]>();
  const waiting = new Map(dependencies);
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, needs]) => needs.every((id) => order.has(id)));
    if (ready.length === 0) throw invalid(`Circular dependency between resources: [${[...waiting.keys()].join(', ')}]`);
    for (const [id, needs] of ready) {
      order.set(id, needs);
      waiting.delete(id);
    }
  }
  return order;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
