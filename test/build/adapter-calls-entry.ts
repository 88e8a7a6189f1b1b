import { callAdapters } from './adapter-calls.ts';

void callAdapters(process.env['ENDPOINT'] ?? '').then((results) => console.log(JSON.stringify(results)));
