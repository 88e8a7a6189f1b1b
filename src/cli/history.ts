import { seeHelp } from '../command-line/read-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { historyAsJson } from '../history/history-json.ts';
import { renderHistory } from '../history/history-text.ts';
import { findRegion, readServiceLedger, UnreadableLedger } from '../history/service-ledger.ts';
import { declareHistory, readHistoryCommand } from './history-options.ts';

/**
 * Shows the ledger of a stack; resolves to the exit code.
 * @param note receives what is wrong, so that standard output can be redirected
 * @throws UsageError if an argument is invalid, or there is no region
 */
export async function runHistory(
  args: readonly string[],
  write: (line: string) => void,
  note: (line: string) => void,
): Promise<number> {
  const command = readHistoryCommand(args, write);
  if (command === undefined) return 0;
  // As for the steps: the SDK's warning about Node versions says nothing about the canary.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { stack, service, endpointUrl: endpoint, json = false } = command;
  const region = command.region ?? (await findRegion());
  if (region === undefined)
    throw new UsageError(
      ['No region is set. Give --region, set AWS_REGION, or set a region in the profile.'],
      seeHelp(declareHistory()),
    );
  try {
    const ledger = await readServiceLedger({ stack, region, service, endpoint });
    write(json ? historyAsJson(ledger) : renderHistory(ledger.entries));
    return 0;
  } catch (error) {
    if (!(error instanceof UnreadableLedger)) throw error;
    note(error.message);
    return 1;
  }
}
