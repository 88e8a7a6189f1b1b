import type { IncomingMessage } from 'node:http';
import type { RewriteConfig, RuleTransform } from '@aws-sdk/client-elastic-load-balancing-v2';
import { validationError } from './errors.ts';

/** The transforms of a rule; throws ValidationError for one whose expression JavaScript does not understand. */
export function acceptTransforms(transforms: readonly RuleTransform[]): readonly RuleTransform[] {
  for (const { Regex = '' } of transforms.flatMap(rewritesOf)) {
    try {
      new RegExp(Regex);
    } catch {
      throw validationError(`The emulator cannot apply the regular expression '${Regex}' of a transform.`);
    }
  }
  return transforms;
}

/** The path, with its query, and the host that a task sees after a rule's transforms; each applies its first rewrite that matches. */
export function rewrite(
  transforms: readonly RuleTransform[],
  request: IncomingMessage,
): { readonly path: string; readonly host: string | undefined } {
  let path = request.url ?? '/';
  let { host } = request.headers;
  for (const transform of transforms) {
    const rewrites = rewritesOf(transform);
    if (transform.Type === 'url-rewrite') path = apply(rewrites, path);
    else if (host !== undefined) host = apply(rewrites, host);
  }
  return { path: path.startsWith('/') ? path : `/${path}`, host };
}

function rewritesOf({ UrlRewriteConfig, HostHeaderRewriteConfig }: RuleTransform): readonly RewriteConfig[] {
  return (UrlRewriteConfig ?? HostHeaderRewriteConfig)?.Rewrites ?? [];
}

function apply(rewrites: readonly RewriteConfig[], text: string): string {
  const matching = rewrites.find(({ Regex = '' }) => new RegExp(Regex).test(text));
  return matching ? text.replace(new RegExp(matching.Regex ?? ''), matching.Replace ?? '') : text;
}
