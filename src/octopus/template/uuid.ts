import { v5 } from 'uuid';

// Drawn once at random; every id in the published JSON derives from it, so it must never change.
const namespace = 'd9cf51e5-4404-48eb-9440-22a204966b3c';

/** The UUID (version 5, RFC 9562) that a name has in this project: the same name always gives the same id. */
export function uuidOf(name: string): string {
  return v5(name, namespace);
}
