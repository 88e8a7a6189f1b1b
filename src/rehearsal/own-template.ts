import type { Scene } from './scene.ts';

/** An operator's text, adapted to the emulated AWS, and what was changed in it. */
export interface Fitted {
  readonly text: string;
  /** Each as `before -> after`. */
  readonly changes: readonly string[];
}

/** Finds the clusters that a template or its parameters name, so that the scene can create them. */
export function clustersNamedIn(text: string): readonly string[] {
  const arns = [...text.matchAll(/:cluster\/([A-Za-z][\w-]*)/g)];
  const names = [
    ...text.matchAll(/["']?\bCluster["']?[ \t]*[:=][ \t]*["']?([A-Za-z][\w-]*)["']?[ \t]*(?=[,}\r\n]|$)/g),
  ];
  return [...new Set([...arns, ...names].map(([, name]) => name ?? ''))];
}

/** Replaces the load balancer and account in a text with those of the scene. */
export function fitArns(text: string, scene: Scene): Fitted {
  const changes: string[] = [];
  const balancers = swap(
    text,
    changes,
    /arn:aws[\w-]*:elasticloadbalancing:[\w-]*:\w*:loadbalancer\/app\/[\w./-]+/g,
    () => {
      return scene.loadBalancerArn;
    },
  );
  const clusters = swap(balancers, changes, /arn:aws[\w-]*:ecs:[\w-]*:\w*:cluster\/[A-Za-z][\w-]*/g, (found) => {
    return scene.clusterArn.replace(/[^/]*$/, found.replace(/^.*\//, ''));
  });
  return { text: clusters, changes };
}

/** Adapts a template, whose image must also differ between releases. */
export function fitTemplate(template: string, scene: Scene): Fitted {
  const fitted = fitArns(template, scene);
  // Without an expression, the template would be the same for every release, and nothing would be deployed.
  if (octopusExpression.test(fitted.text)) return fitted;
  const changes = [...fitted.changes];
  const text = swap(fitted.text, changes, /\bImage["']?[ \t]*:[ \t]*["']?[a-z0-9][\w./:@-]*/, (found) =>
    found.replace(/[a-z0-9][\w./:@-]*$/, '#{Canary.Image}'),
  );
  return { text, changes };
}

/** Matches neither escaped expressions nor the load balancer's redirect keywords; Octopus leaves both alone. */
const octopusExpression = /(?<!(?:[^#]|^)#)#\{(?!(host|path|port|protocol|query)\})/;

function swap(text: string, changes: string[], pattern: RegExp, replacement: (found: string) => string): string {
  return text.replace(pattern, (found) => {
    const after = replacement(found);
    if (after !== found) changes.push(`${found} -> ${after}`);
    return after;
  });
}
