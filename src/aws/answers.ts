import type { MetadataBearer } from '@smithy/types';

/** A part that AWS always gives, be it an empty list; without it something else has answered. @throws Error for `explaining` */
export function partOf<A extends MetadataBearer, K extends keyof A & string>(answer: A, name: K): NonNullable<A[K]> {
  return answer[name] ?? refuse(answer, `it has no ${name}`);
}

/** What was asked for by its name: where there is none of it, AWS says so in an error. @throws Error for `explaining` */
export function firstOf<K extends string, T>(
  answer: MetadataBearer & { readonly [P in K]?: readonly T[] | undefined },
  name: K,
): T {
  return answer[name]?.[0] ?? refuse(answer, `it has no ${name}`);
}

/** Every page of a listing, each asked for with the token of the last. @throws Error for `explaining` */
export async function* pagesOf<A extends MetadataBearer, K extends keyof A & string>(
  read: (token: A[K] | undefined) => Promise<A>,
  tokenName: K,
): AsyncGenerator<A> {
  const seen = new Set<unknown>();
  let token: A[K] | undefined;
  do {
    const page = await read(token);
    yield page;
    token = page[tokenName];
    if (seen.has(token)) refuse(page, `its ${tokenName} leads back to an earlier page`);
    seen.add(token);
  } while (token);
}

function refuse({ $metadata }: MetadataBearer, why: string): never {
  throw Object.assign(new Error(why), { $metadata });
}
