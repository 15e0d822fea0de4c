// Columns of a table: how the value, or a label, of the joined queries is named and shown.
local override(field, properties) = {
  matcher: { id: 'byName', options: field },
  properties: [{ id: id, value: properties[id] } for id in std.objectFields(properties)],
};

local sized(width) = if width == null then {} else { 'custom.width': width };

// `field` is what the query gives (a label, or "Value #A"), `name` what it is called.
local column(field, name, properties, width) = {
  field: field,
  name: name,
  // What a table says where it has no row does not stand in an empty cell.
  override:: override(name, { noValue: '' } + properties + sized(width)),
};

// A number, coloured by thresholds where it has any.
local measure(refId, name, shown, steps, width) =
  local coloured = {
    thresholds: { mode: 'absolute', steps: steps },
    'custom.cellOptions': { type: 'color-text' },
  };
  column('Value #' + refId, name, shown + if steps == [] then {} else coloured, width);

{
  label(field, name, width=null, links=[], mappings=[]): column(
    field,
    name,
    (if links == [] then {} else { links: links }) + (if mappings == [] then {} else { mappings: mappings }),
    width,
  ),

  // A coded state that rows are sorted by: its text on its colour.
  state(refId, name, mappings, width=null): column('Value #' + refId, name, {
    mappings: mappings,
    'custom.cellOptions': { type: 'color-background', mode: 'basic' },
  }, width),

  // A coded state beside it: its text in its colour, so that nothing is loud that is well.
  aside(refId, name, mappings, width=null): column('Value #' + refId, name, {
    mappings: mappings,
    'custom.cellOptions': { type: 'color-text' },
  }, width),

  // Seconds, as people say them.
  age(refId, name, steps=[], width=null): measure(refId, name, { unit: 's', decimals: 1 }, steps, width),

  count(refId, name, steps=[], width=null):
    measure(refId, name, { unit: 'none', decimals: 0, 'custom.align': 'right' }, steps, width),
}
