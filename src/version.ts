import packageJson from '../package.json' with { type: 'json' };

/** This package's version; Octopus numbers imported templates itself, so log lines carry ours. */
export const version: string = packageJson.version;

/** The address of this project's public repository; undefined while it has none. */
export const homepage: string | undefined = (packageJson as { readonly homepage?: string }).homepage;
