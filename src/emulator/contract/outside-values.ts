/** Values that templates take from outside: what another stack, the parameter store or a secret has on AWS. */
export interface OutsideValues {
  /** Name of an export → its value, for Fn::ImportValue. */
  readonly exports: Readonly<Record<string, string>>;
  /** Name in the parameter store → its value, for parameter types and dynamic references. */
  readonly ssm: Readonly<Record<string, string>>;
  /** Name or ARN of a secret → its secret string. */
  readonly secretsmanager: Readonly<Record<string, string>>;
  /** `<logical id>.<attribute>` of a custom resource → its value. */
  readonly attributes: Readonly<Record<string, string>>;
}

export type OutsideKind = keyof OutsideValues;

export const outsideKinds: readonly OutsideKind[] = ['exports', 'ssm', 'secretsmanager', 'attributes'];

export const noOutsideValues: OutsideValues = { exports: {}, ssm: {}, secretsmanager: {}, attributes: {} };

/** How to give a value, or one key of a secret, in the values file. */
export function lineFor(kind: OutsideKind, name: string, key?: string): string {
  const value = key === undefined ? '"…"' : `{${JSON.stringify(key)}: "…"}`;
  return `{"${kind}": {${JSON.stringify(name)}: ${value}}}`;
}
