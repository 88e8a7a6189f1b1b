/** The two sides of a canary: blue serves the stable version, green the new one. */
export type Colour = 'Blue' | 'Green';

/** The service tag that records which colour is stable. */
export const stableTagKey = 'StableStack';

/** The tag's value as a colour, or undefined when it is missing or says something else. */
export function parseColour(value: string | undefined): Colour | undefined {
  return value === 'Blue' || value === 'Green' ? value : undefined;
}
