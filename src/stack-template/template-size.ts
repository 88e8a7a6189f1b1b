import type { TemplateBucket } from '../canary/change.ts';
import { OperatorError } from '../canary/operator-error.ts';

/** Bytes of UTF-8 that CloudFormation accepts in a request. */
export const maxInlineBytes = 51_200;

/** Bytes that it accepts from S3: its documentation says 1 MB, its error message this number. */
export const maxTemplateBytes = 1_000_000;

/** What to do about a template that is too large even for S3. */
export const splitHint = 'Move resources that the canary does not need to another stack.';

/** A template that the steps have written into, and how large that may make it. */
export interface SizedTemplate {
  /** What CloudFormation gets now. */
  readonly text: string;
  /** The size of the template as it was given. */
  readonly givenBytes: number;
  /** Its size with the longest values that later steps may write into it. */
  readonly mostBytes: number;
}

/**
 * A template and where CloudFormation reads it: in the request if it fits, otherwise in the bucket.
 * @param hint what to do without a bucket, given by how many bytes the template is too large
 * @throws OperatorError `template-too-large`, also if only a later step would make it too large
 */
export function placeTemplate(
  { text, givenBytes, mostBytes }: SizedTemplate,
  bucket: TemplateBucket | undefined,
  hint: (excess: string) => string,
): { readonly templateBody: string; readonly templateBucket?: TemplateBucket } {
  const limit = bucket ? maxTemplateBytes : maxInlineBytes;
  const most = Math.max(mostBytes, bytesOf(text));
  if (most > limit) {
    const place = bucket ? 'from S3' : 'in a request';
    const added = most - givenBytes;
    const steps =
      added > 0
        ? `, and the steps write up to ${formatCount(added)} more into it, such as the ARN of the stable version`
        : '';
    throw new OperatorError(
      'template-too-large',
      `The template has ${formatCount(givenBytes)} bytes${steps}. CloudFormation accepts at most ${formatCount(limit)} ${place}.`,
      bucket ? splitHint : hint(formatCount(most - limit)),
    );
  }
  return bucket && bytesOf(text) > maxInlineBytes
    ? { templateBody: text, templateBucket: bucket }
    : { templateBody: text };
}

/** How many bytes of UTF-8 a text has. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A number as people read it, for example 51,200. */
export function formatCount(bytes: number): string {
  return bytes.toLocaleString('en-US');
}

/**
 * The ARN of a task definition at its longest: the revision grows with every release.
 * @param family undefined if only CloudFormation knows it
 * @param known the ARN of an earlier version
 */
export function longestArn(family: string | undefined, known = unknownArn): string {
  const start = known.slice(0, known.indexOf('/') + 1);
  const ownFamily = /\/(.*):\d+$/.exec(known)?.[1] ?? '';
  return `${start}${family ?? ownFamily}:2147483647`;
}

/** As long as partition, region and family can be. */
const unknownArn = `arn:aws-us-gov:ecs:ap-northeastern-10:123456789012:task-definition/${'f'.repeat(255)}:1`;
