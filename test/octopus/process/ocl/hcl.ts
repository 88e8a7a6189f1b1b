import { parse } from '@cdktf/hcl2json';
import type { ReadBlock } from './ocl-reader.ts';

/** Reads a text by an HCL parser that is not ours; templates in it come back as `${…}`, literal texts as they are. */
export async function readHcl(text: string): Promise<unknown> {
  return mapTexts(await parse('main.tf', text), (found) => found.replaceAll(/([$%])\1\{/g, '$1{'));
}

/** Reads OCL as HCL: the same but for templates, of which OCL has none. */
export async function readOclAsHcl(text: string): Promise<unknown> {
  return readHcl(text.replaceAll(/([$%])\{/g, '$1$1{'));
}

/** A block of our reader in the shape of the other parser, which has blocks by label and in no order. */
export function toHcl({ attributes, blocks }: Pick<ReadBlock, 'attributes' | 'blocks'>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...attributes };
  for (const block of blocks) {
    const content = [toHcl(block)];
    const [label] = block.labels;
    const others = result[block.name];
    result[block.name] = label === undefined ? content : { ...(others as object), [label]: content };
  }
  return mapTexts(result, (found) => found.normalize('NFC')) as Record<string, unknown>;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}
