import type { Aws } from '../aws/aws.ts';
import { interceptAws } from '../aws/intercept.ts';

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

/** Redacts these values, except short ones, which are no secrets and would mask half of every sentence. */
export function createRedaction(secrets: readonly string[]): Redact {
  const long = [...new Set(secrets)].filter((secret) => secret.length >= 6).sort((a, b) => b.length - a.length);
  const forms = long.flatMap((secret) => [secret, secret.replace(/\r\n?/g, '\n')]).flatMap(quotedForms);
  return (text) => forms.reduce((rest, secret) => rest.replaceAll(secret, '********'), text);
}

/** The forms in which AWS may quote a text: as it is, in JSON, and in HTML with and without quotes escaped. */
function quotedForms(text: string): readonly string[] {
  const inHtml = (special: RegExp): string => text.replace(special, (character) => entities[character] ?? '');
  return [text, JSON.stringify(text).slice(1, -1), inHtml(/[&<>]/g), inHtml(/[&<>"']/g)];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Whether a confidential value is a secret: plain words and names of AWS resources are not, and messages need them. */
export function isWorthRedacting(value: string): boolean {
  return !publicForms.some((form) => form.test(value));
}

const publicForms = [
  // Short words that AWS's own sentences also have; longer ones may be a passphrase.
  /^(?=.{1,12}$)([A-Z]?[a-z]+(-[A-Z]?[a-z]+)*|[A-Z]+)$/,
  /^\d{1,7}$/,
  /^arn:aws[\w-]*:/,
  /^(subnet|vpc|sg)-[\da-f]+(,(subnet|vpc|sg)-[\da-f]+)*$/,
  /^[a-z]{2}(-[a-z]{3,4})?-(north|south|east|west|central)+-\d$/,
  /^https?:\/\/[\w.-]+(:\d+)?\/?$/,
];

/** An `Aws` whose errors and reasons quote no secret: AWS repeats what it refuses, even a session token. */
export function redactAws(aws: Aws, redact: Redact): Aws {
  return interceptAws(aws, async (carryOut) => {
    try {
      return cleanReasons(await carryOut(), redact);
    } catch (error) {
      throw redactError(error, redact);
    }
  });
}

/** The same error with a message and a stack that quote no secret. */
export function redactError(error: unknown, redact: Redact): unknown {
  if (!(error instanceof Error)) return error;
  const stack = redact(error.stack ?? '');
  error.message = redact(error.message);
  error.stack = stack;
  return error;
}

function cleanReasons<T>(answer: T, redact: Redact): T {
  if (Array.isArray(answer)) return answer.map((item) => cleanReasons(item, redact)) as T;
  if (typeof answer !== 'object' || answer === null) return answer;
  const reasons = Object.entries(answer).filter(([key, text]) => reasonFields.has(key) && typeof text === 'string');
  return reasons.length === 0
    ? answer
    : { ...answer, ...Object.fromEntries(reasons.map(([key, text]) => [key, redact(text)])) };
}

/** Fields in which AWS writes free text. */
const reasonFields = new Set(['reason', 'statusReason', 'stopped']);
