/** How an operator gave what an installation needs, and starts it again; messages speak in these words. */
export interface Wording {
  /** What runs the installation, for example `this command`. */
  readonly runner: string;
  /** For example `Run the same command again`. */
  readonly again: string;
  /** How a value is given, for example `pass`. */
  readonly give: string;
  readonly names: Readonly<Record<Given, string>>;
  /** What decides which steps the process has. */
  readonly shape: string;
  /** How to install the step templates alone, and put a process into Git. */
  readonly withoutProject: string;
  /** How to leave out the value of a project variable. */
  readonly without: (variable: string) => string;
}

/** What an operator may give. */
export type Given =
  | 'url'
  | 'apiKey'
  | 'space'
  | 'account'
  | 'workerPool'
  | 'containerImage'
  | 'containerFeed'
  | 'teams'
  | 'projectGroup'
  | 'lifecycle';

/** The words of the command `install`. */
export const commandWording: Wording = {
  runner: 'this command',
  again: 'Run the same command again',
  give: 'pass',
  names: {
    url: '--url (or OCTOPUS_URL)',
    apiKey: 'OCTOPUS_API_KEY',
    space: '--space (or OCTOPUS_SPACE)',
    account: '--account',
    workerPool: '--worker-pool',
    containerImage: '--container-image',
    containerFeed: '--container-feed',
    teams: '--responsible-teams',
    projectGroup: '--project-group',
    lifecycle: '--lifecycle',
  },
  shape: 'pass the options that they were made with (--weights, --no-watch and so on)',
  withoutProject:
    'Install only the step templates (without --project), and add the process to the repository with the command "process --format ocl".',
  without: (variable) => `Leave out --variable ${variable}`,
};

/** The same words at the end of a sentence. */
export function inSentence({ again }: Wording): string {
  return `${again.charAt(0).toLowerCase()}${again.slice(1)}`;
}
