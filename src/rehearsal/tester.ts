/** What a tester got from the new version's test address. */
export interface TesterAnswer {
  /** The local address that stands for the test URL. */
  readonly url: string;
  readonly status: number;
  readonly version: string | null;
  readonly taskDefinition: string | null;
}

/** Opens a test URL as a tester would, at the local address of the emulated listener. */
export async function askAsTester(service: string, testUrl: string): Promise<TesterAnswer> {
  const { pathname, search } = new URL(testUrl);
  const url = new URL(`${pathname}${search}`, service).href;
  const response = await fetch(url);
  await response.arrayBuffer();
  return {
    url,
    status: response.status,
    version: response.headers.get('x-app-version'),
    taskDefinition: response.headers.get('x-task-definition'),
  };
}
