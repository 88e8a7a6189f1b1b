interface MemoryRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Memory in MiB that Fargate offers for each number of CPU units (smallest size: 512, 1024 and 2048 MiB). */
const memoryByCpu: Readonly<Record<number, MemoryRange>> = {
  256: { min: 512, max: 2048, step: 512 },
  512: { min: 1024, max: 4096, step: 1024 },
  1024: { min: 2048, max: 8192, step: 1024 },
  2048: { min: 4096, max: 16384, step: 1024 },
  4096: { min: 8192, max: 30720, step: 1024 },
  8192: { min: 16384, max: 61440, step: 4096 },
  16384: { min: 32768, max: 122880, step: 8192 },
};

/** What is wrong with a Fargate task size, or undefined when Fargate offers it. */
export function fargateSizeProblem(cpu: number, memory: number): string | undefined {
  const range = memoryByCpu[cpu];
  if (range === undefined)
    return `Fargate does not offer ${cpu} CPU units; it offers ${Object.keys(memoryByCpu).join(', ')}.`;
  const fits = memory >= range.min && memory <= range.max && (memory - range.min) % range.step === 0;
  if (fits && !(cpu === 256 && memory === 1536)) return undefined;
  const offered = cpu === 256 ? '512, 1024 or 2048' : `${range.min} to ${range.max} in steps of ${range.step}`;
  return `Fargate does not offer ${memory} MiB with ${cpu} CPU units; with ${cpu} units, it offers ${offered} MiB.`;
}
