import { isObject } from '../template/template.ts';

/**
 * How to turn resolved template properties, in which any scalar may be a string, into an API's input: as `text`, `number`,
 * `flag` or `verbatim` (unchanged), or by key. What a shape does not name is text; a list has the shape of its items.
 */
export type Shape = 'text' | 'number' | 'flag' | 'verbatim' | { readonly [key: string]: Shape };

/** Properties as the input of an API that keeps PascalCase (Elastic Load Balancing). */
export function toPascal(value: unknown, shape: Shape): unknown {
  return convert(value, shape, (key) => key);
}

/** Properties as the input of an API in camelCase (ECS). */
export function toCamel(value: unknown, shape: Shape): unknown {
  return convert(value, shape, camelKey);
}

/** Those of these properties that are set. */
export function pick(properties: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]),
  );
}

const oddKeys: Readonly<Record<string, string>> = {
  AwsVpcConfiguration: 'awsvpcConfiguration',
  EFSVolumeConfiguration: 'efsVolumeConfiguration',
  FSxWindowsFileServerVolumeConfiguration: 'fsxWindowsFileServerVolumeConfiguration',
  FilesystemId: 'fileSystemId',
  IAM: 'iam',
  EnableECSManagedTags: 'enableECSManagedTags',
};

function camelKey(key: string): string {
  return oddKeys[key] ?? key.charAt(0).toLowerCase() + key.slice(1);
}

function convert(value: unknown, shape: Shape, key: (name: string) => string): unknown {
  if (shape === 'verbatim') return value;
  if (Array.isArray(value)) return value.map((item) => convert(item, shape, key));
  if (isObject(value)) {
    const inner = typeof shape === 'string' ? {} : shape;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [key(name), convert(item, inner[name] ?? 'text', key)]),
    );
  }
  if (value === null || value === undefined) return undefined;
  if (shape === 'number') return Number(value);
  if (shape === 'flag') return String(value).toLowerCase() === 'true';
  return String(value);
}
