/** A new run's id, such as `1128-0f3a9c`. */
export function newRun(now: Date, random: () => number = Math.random): string {
  const day = now.toISOString().slice(5, 10).replace('-', '');
  return `${day}-${Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0')}`;
}
