import { OperatorError } from '../canary/operator-error.ts';
import { readDocument } from './document.ts';
import { invalidTemplate } from './invalid-template.ts';
import { toPlain } from './plain-value.ts';
import { templateSizeProblem } from './template-size.ts';
import { isObject, type TemplateObject, type TemplateValue, withoutByteOrderMark } from './template-value.ts';

/** A template as the operator wrote it, and what it means. */
export interface ParsedTemplate {
  readonly format: 'json' | 'yaml';
  readonly text: string;
  /** The template with short-form intrinsics written out: `!Ref X` is `{ Ref: 'X' }`. */
  readonly body: TemplateObject;
}

/**
 * Reads a CloudFormation template, JSON or YAML.
 * @throws OperatorError `template-too-large`, or `invalid-template` with line and column
 */
export function parseTemplate(text: string): ParsedTemplate {
  const sizeProblem = templateSizeProblem(text);
  if (sizeProblem !== undefined) {
    throw new OperatorError(
      'template-too-large',
      sizeProblem,
      'Shorten the template: drop comments and indentation, or move resources that the canary does not need to a stack of their own.',
    );
  }
  const format = /^\uFEFF?\s*\{/.test(text) ? 'json' : 'yaml';
  const source = readDocument(text, format);
  const body = format === 'json' ? (JSON.parse(withoutByteOrderMark(text)) as TemplateValue) : toPlain(source);
  if (!isObject(body)) throw invalidTemplate(['The template is not a mapping with Resources: it may be empty.']);
  if (!isObject(body['Resources'])) throw invalidTemplate(['The template has no Resources section.']);
  return { format, text, body };
}
