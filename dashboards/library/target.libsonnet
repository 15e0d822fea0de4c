// What a panel asks: one query each.
{
  datasource:: { type: 'prometheus', uid: '${datasource}' },

  // A line, or several, over time.
  range(expr, legend='', refId='A'): {
    refId: refId,
    datasource: $.datasource,
    expr: expr,
    editorMode: 'code',
    legendFormat: legend,
    range: true,
    instant: false,
  },

  // What is so at the end of the time range.
  now(expr, legend='', refId='A'): $.range(expr, legend, refId) { range: false, instant: true },

  // The same as rows of a table.
  rows(expr, refId='A'): $.now(expr, refId=refId) { format: 'table' },
}
