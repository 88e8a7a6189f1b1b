import type { TemplateBucket } from '../canary/change.ts';
import { type Parameter, ParameterProblem } from './parameters.ts';
import { quote, text } from './parsers.ts';

/** Where a step puts a template that is too large for a request. */
export const templateBucket: Parameter<TemplateBucket | undefined> = {
  name: 'EcsCanary.TemplateBucket',
  label: 'Template bucket',
  help: 'An S3 bucket in the region of the stack, optionally with a prefix, for example `shop-templates/canary`. Needed for a template of more than 51,200 bytes (at most 1,000,000). Set it on both Prepare Blue and Deploy Own Template.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: parseBucket,
};

/** Also accepts what the S3 console copies: s3:// in front and a slash at the end. */
function parseBucket(raw: string): TemplateBucket | undefined {
  const typed = text(raw);
  if (typed === '') return undefined;
  const [name = '', ...folders] = typed
    .replace(/^s3:\/\//, '')
    .replace(/\/$/, '')
    .split('/');
  if (/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(name) && folders.every(isPlain) && typed.length <= 700)
    return { name, prefix: folders.map((folder) => `${folder}/`).join('') };
  throw new ParameterProblem(
    `${quote(typed)} is not a bucket name with an optional prefix, such as shop-templates/canary. A bucket name has 3 to 63 lowercase letters, digits, dots and hyphens; a prefix has letters, digits and . _ - /.`,
  );
}

/** Needs no escaping in a URL, and is not . or .., which a client would resolve before signing. */
function isPlain(folder: string): boolean {
  return /^[\w.-]+$/.test(folder) && !/^\.+$/.test(folder);
}
