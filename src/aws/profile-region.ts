import { ECSClient } from '@aws-sdk/client-ecs';

/** The region of the environment or of the profile, as the SDK finds it; undefined if there is none. */
export async function readProfileRegion(): Promise<string | undefined> {
  const client = new ECSClient({});
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
