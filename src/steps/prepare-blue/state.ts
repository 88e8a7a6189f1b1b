import type { Stack } from '../../aws/aws.ts';
import type { StoppedTask } from '../../canary/health.ts';
import type { ListenerRule } from '../../canary/listener-rule.ts';
import type { StackOperation } from '../../canary/run.ts';
import type { Traffic } from '../../canary/traffic.ts';
import type { RepinnedStack } from '../shared/repinned-stack.ts';

/** What Prepare Blue sees of its stack. */
export type State =
  | { readonly kind: 'first'; readonly why: string }
  | { readonly kind: 'unready'; readonly stack: Stack; readonly operation?: StackOperation | undefined }
  | {
      readonly kind: 'ready';
      readonly stack: Stack;
      readonly operation?: StackOperation | undefined;
      readonly traffic: Traffic;
      readonly stoppedBlue: readonly StoppedTask[];
      readonly testRules: readonly ListenerRule[];
      /** The update that pins blue to the stable version; only where blue runs another one. */
      readonly repinned?: RepinnedStack;
    };
