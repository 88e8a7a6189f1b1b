import { renderReport } from '../../src/report/page.ts';
import { sampleReport } from '../report/sample-report.ts';

process.stdout.write(renderReport(sampleReport()));
