import packageJson from '../package.json' with { type: 'json' };

/** This package's version; Octopus numbers imported templates itself, so log lines carry ours. */
export const version: string = packageJson.version;
