import type { MetadataBearer } from '@smithy/types';

/** A part that every AWS answer has, even as an empty list; without it, something other than AWS answered. @throws Error for `explaining` */
export function partOf<A extends MetadataBearer, K extends keyof A & string>(answer: A, name: K): NonNullable<A[K]> {
  return answer[name] ?? refuse(answer, `it has no ${name}`);
}

/** The item that was requested by name; if there is none, AWS returns an error instead. @throws Error for `explaining` */
export function firstOf<K extends string, T>(
  answer: MetadataBearer & { readonly [P in K]?: readonly T[] | undefined },
  name: K,
): T {
  return answer[name]?.[0] ?? refuse(answer, `it has no ${name}`);
}

/** Every page of a listing, each requested with the token of the last. @throws Error for `explaining` */
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
    if (seen.has(token)) refuse(page, `its ${tokenName} repeats an earlier one`);
    seen.add(token);
  } while (token);
}

function refuse({ $metadata }: MetadataBearer, why: string): never {
  throw Object.assign(new Error(why), { $metadata });
}
