import { fileURLToPath } from 'node:url';

/** The project's own directory, ending in a slash. */
export const projectDirectory = fileURLToPath(new URL('..', import.meta.url));
