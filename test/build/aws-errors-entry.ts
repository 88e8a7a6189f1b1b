import { describeErrors } from './aws-errors.ts';

void describeErrors(process.env['ENDPOINT'] ?? '').then((errors) => console.log(JSON.stringify(errors)));
