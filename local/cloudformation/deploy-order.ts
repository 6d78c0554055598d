import type { Template } from './template.ts';

/** The resources in deployment order: everything that a resource refers to comes before it. */
export function deployOrder(template: Template): readonly string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const { properties, dependsOn } = template.resource(id);
    for (const other of [...template.references(properties), ...dependsOn]) {
      if (template.resources.has(other)) visit(other);
    }
    order.push(id);
  };
  for (const id of template.resources.keys()) visit(id);
  return order;
}
