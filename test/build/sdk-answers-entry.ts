import { askSdk } from './sdk-answers.ts';

const { ENDPOINT = '', REGIONS = '[]' } = process.env;
void askSdk(ENDPOINT, JSON.parse(REGIONS)).then((answers) => console.log(JSON.stringify(answers)));
