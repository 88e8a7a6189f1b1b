import table from './resource-types.json' with { type: 'json' };

/** A resource type as CloudFormation's specification describes it. */
export interface KnownType {
  /** The properties and attributes that make up what Ref returns. */
  readonly id: readonly string[];
  readonly attributes: readonly string[];
  /** Those attributes that are lists. */
  readonly lists: readonly string[];
  readonly properties: readonly string[];
  readonly required: readonly string[];
  /** A change of one of these replaces the resource. */
  readonly createOnly: readonly string[];
  /** Without `arn:` and partition, with `${Region}`, `${Account}` and names in it. */
  readonly arn: string | undefined;
}

/** The release of the specification, for example `@aws-cdk/aws-service-spec 0.1.216`. */
export const typesSource: string = table.source;

/** Undefined for a type that the specification does not have. */
export function findKnownType(type: string): KnownType | undefined {
  const entry = Object.hasOwn(types, type) ? types[type] : undefined;
  if (entry === undefined) return undefined;
  const [id = '', attributes = '', properties = '', arn] = entry;
  const marked = words(properties);
  return {
    id: words(id),
    attributes: words(attributes).map(bare),
    lists: words(attributes)
      .filter((name) => name.endsWith('[]'))
      .map(bare),
    properties: marked.map(bare),
    required: marked.filter((name) => name.includes('!')).map(bare),
    createOnly: marked.filter((name) => name.endsWith('*')).map(bare),
    arn,
  };
}

const types: Readonly<Record<string, readonly string[]>> = {
  ...table.types,
  // The CDK adds it to every template, and the specification leaves it out.
  'AWS::CDK::Metadata': ['', '', 'Analytics'],
};

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

function bare(name: string): string {
  return name.replace(/[[\]!*]+$/, '');
}
