import { OperatorError } from '../canary/operator-error.ts';
import { readDocument } from './document.ts';
import { invalidTemplate } from './invalid-template.ts';
import { toPlain } from './plain-value.ts';
import { bytesOf, formatCount, maxTemplateBytes, splitHint } from './template-size.ts';
import { isObject, type TemplateObject, type TemplateValue, withoutByteOrderMark } from './template-value.ts';

/** A template as the operator wrote it, and what it means. */
export interface ParsedTemplate {
  readonly format: 'json' | 'yaml';
  readonly text: string;
  /** The template with short-form intrinsics in their long form: `!Ref X` is `{ Ref: 'X' }`. */
  readonly body: TemplateObject;
}

/**
 * Reads a CloudFormation template, JSON or YAML.
 * @throws OperatorError `invalid-template` with line and column
 */
export function parseTemplate(text: string): ParsedTemplate {
  const format = /^\uFEFF?\s*\{/.test(text) ? 'json' : 'yaml';
  const source = readDocument(text, format);
  const body = format === 'json' ? (JSON.parse(withoutByteOrderMark(text)) as TemplateValue) : toPlain(source);
  if (!isObject(body)) throw invalidTemplate(['The template is not a mapping with Resources: it may be empty.']);
  if (!isObject(body['Resources'])) throw invalidTemplate(['The template has no Resources section.']);
  return { format, text, body };
}

/**
 * Reads a template that a person typed or uploaded, which may not be text at all.
 * @throws OperatorError `template-too-large`, `invalid-template`
 */
export function parseTypedTemplate(text: string): ParsedTemplate {
  const bytes = bytesOf(text);
  if (bytes > maxTemplateBytes) {
    const limit = `CloudFormation accepts at most ${formatCount(maxTemplateBytes)}, and that only from S3`;
    throw new OperatorError('template-too-large', `The template has ${formatCount(bytes)} bytes: ${limit}.`, splitHint);
  }
  const unreadable = unreadableCharacter.exec(text);
  if (!unreadable) return parseTemplate(text);
  const line = text.slice(0, unreadable.index).split('\n').length;
  throw invalidTemplate([`It is not UTF-8 text: line ${line} has a character that no template can contain.`]);
}

/** What UTF-16 and binary data look like when they are read as UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is this pattern's purpose
const unreadableCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]|\p{Cs}/u;
