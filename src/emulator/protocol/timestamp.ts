import type { NormalizedSchema } from '@smithy/core/schema';

const dateTime = 5;
const httpDate = 6;
const epochSeconds = 7;

/** The default time format of AWS JSON (epoch seconds) and AWS query (ISO 8601), unless the member has another. */
export type TimestampDefault = typeof dateTime | typeof epochSeconds;
export const jsonTimestamp: TimestampDefault = epochSeconds;
export const queryTimestamp: TimestampDefault = dateTime;

export function writeTimestamp(schema: NormalizedSchema, value: Date, byDefault: TimestampDefault): string | number {
  switch (formatOf(schema, byDefault)) {
    case epochSeconds:
      return value.getTime() / 1000;
    case httpDate:
      return value.toUTCString();
    default:
      return value.toISOString();
  }
}

/** Reads any of the three formats; undefined if the value is not a time. */
export function readTimestamp(value: string | number): Date | undefined {
  const seconds = Number(value);
  const date = Number.isFinite(seconds) ? new Date(seconds * 1000) : new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function formatOf(schema: NormalizedSchema, byDefault: TimestampDefault): number {
  const own: unknown = schema.getSchema();
  return own === dateTime || own === httpDate || own === epochSeconds ? own : byDefault;
}
