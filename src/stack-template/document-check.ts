import { isAlias, isCollection, isMap, isPair, isScalar, type ParsedNode } from 'yaml';
import { intrinsicName } from './plain-value.ts';
import type { SourceDocument } from './source-document.ts';

/** Finds what YAML allows but CloudFormation does not, and repeated keys, each with its position. */
export function checkNodes(source: SourceDocument): string[] {
  const problems: string[] = [];
  const visit = (node: unknown): void => {
    if (isPair(node)) {
      visit(node.key);
      visit(node.value);
      return;
    }
    const problem = nodeProblem(node);
    if (problem !== undefined) problems.push(`${problem} (${source.position(startOf(node))}).`);
    if (!isCollection(node)) return;
    if (isMap(node)) problems.push(...repeatedKeys(node.items, source));
    for (const item of node.items) visit(item);
  };
  visit(source.contents);
  return problems;
}

function nodeProblem(node: unknown): string | undefined {
  if (isAlias(node)) return `CloudFormation does not support YAML aliases: *${node.source} must be written out`;
  const tag = (node as ParsedNode | null)?.tag;
  if (tag === undefined || coreTag.test(tag) || intrinsicName(tag) !== undefined) return undefined;
  const standard = tag.replace(/^tag:yaml.org,2002:/, '!!');
  if (standard !== tag) return `CloudFormation does not support the YAML tag ${standard}`;
  return `${tag} is not a CloudFormation intrinsic function`;
}

const coreTag = /^tag:yaml.org,2002:(str|int|float|bool|null|map|seq)$/;

function repeatedKeys(items: readonly unknown[], source: SourceDocument): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const item of items) {
    const key = isPair(item) ? item.key : undefined;
    const place = source.position(startOf(key));
    if (!isScalar(key)) {
      problems.push(`A key must be plain text (${place}).`);
      continue;
    }
    const name = String(key.value);
    if (seen.has(name)) problems.push(`The key ${name} appears twice in one mapping (${place}).`);
    seen.add(name);
  }
  return problems;
}

function startOf(node: unknown): number {
  return (node as ParsedNode | null | undefined)?.range?.[0] ?? 0;
}
