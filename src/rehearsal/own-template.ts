import { variesByRelease } from './green-in-template.ts';
import type { Scene } from './scene.ts';
import type { OwnTemplate } from './valued-template.ts';

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

/** Finds the listeners outside a template that it or its parameters name by ARN, so that the scene can create them. */
export function listenersNamedIn(text: string): readonly string[] {
  return [...new Set(text.match(listenerArn))];
}

const listenerArn = /arn:aws[\w-]*:elasticloadbalancing:[\w-]*:\w*:listener\/app\/[\w./-]+/g;

/** Replaces load balancers, listeners, clusters and their account in a text with those of the scene. */
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
  const listeners = swap(balancers, changes, listenerArn, (found) => scene.listeners.get(found) ?? found);
  const clusters = swap(listeners, changes, /arn:aws[\w-]*:ecs:[\w-]*:\w*:cluster\/[A-Za-z][\w-]*/g, (found) => {
    return scene.clusterArn.replace(/[^/]*$/, found.replace(/^.*\//, ''));
  });
  return { text: clusters, changes };
}

/** Adapts a template, whose image must also differ between releases. */
export function fitTemplate(own: OwnTemplate, scene: Scene): Fitted {
  const fitted = fitArns(own.template, scene);
  if (variesByRelease({ ...own, template: fitted.text })) return fitted;
  // Otherwise nothing would be deployed: the image of green that is written out has to follow the release.
  for (const { index, 0: found, groups } of fitted.text.matchAll(literalImage)) {
    const image = groups?.['image'] ?? '';
    const end = index + found.length;
    const text = `${fitted.text.slice(0, end - image.length)}#{Canary.Image}${fitted.text.slice(end)}`;
    if (variesByRelease({ ...own, template: text }))
      return { text, changes: [...fitted.changes, `Image ${image} -> #{Canary.Image}`] };
  }
  return fitted;
}

const literalImage = /\bImage["']?[ \t]*:[ \t]*["']?(?<image>[a-z0-9][\w./:@-]*)/g;

function swap(text: string, changes: string[], pattern: RegExp, replacement: (found: string) => string): string {
  return text.replace(pattern, (found) => {
    const after = replacement(found);
    if (after !== found) changes.push(`${found} -> ${after}`);
    return after;
  });
}
