/** Makes an observation at most once for each scene, for checks that look at the same thing. */
export function remember<Scene extends object, T>(observe: (scene: Scene) => Promise<T>): (scene: Scene) => Promise<T> {
  const observed = new WeakMap<Scene, Promise<T>>();
  return (scene) => {
    const known = observed.get(scene) ?? observe(scene);
    observed.set(scene, known);
    return known;
  };
}
