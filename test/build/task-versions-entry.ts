import { connectToAws } from '../../src/aws/clients.ts';
import { readVersions } from '../../src/aws/task-versions.ts';

const credentials = { accessKeyId: 'A', secretAccessKey: 'S' };
const { ecs } = connectToAws('eu-west-1', [], { endpoint: process.env['ENDPOINT'] ?? '', credentials }, readVersions);

void Promise.all(['td:1', 'td:2'].map((arn) => ecs.taskVersion?.(arn))).then((versions) =>
  console.log(JSON.stringify(versions)),
);
