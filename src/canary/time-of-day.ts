/** A time in UTC, for example "14:02", with its date if the other time has a different one; both in epoch milliseconds. */
export function timeOfDay(epochMs: number, other: number): string {
  const [one, two] = [epochMs, other].map((time) => new Date(time).toISOString().slice(0, 16).replace('T', ' '));
  return one?.slice(0, 10) === two?.slice(0, 10) ? (one ?? '').slice(11) : (one ?? '');
}
