// Places panels: rows of lines, each line filled from the left. Nobody types a coordinate or a panel's id.
local columns = 24;

local sum(numbers) = std.foldl(function(total, number) total + number, numbers, 0);
local height(line) = std.foldl(function(tallest, panel) std.max(tallest, panel.h), line, 0);

local at(panel, x, y) = panel { gridPos: { x: x, y: y, w: panel.w, h: panel.h } };
local placedLine(line, y) = [
  at(line[index], sum([panel.w for panel in line[:index]]), y)
  for index in std.range(0, std.length(line) - 1)
];

local placedLines(lines, y) = std.flattenArrays([
  assert sum([panel.w for panel in lines[index]]) <= columns : 'a line is wider than %d columns' % columns;
  placedLine(lines[index], y + sum([height(line) for line in lines[:index]]))
  for index in std.range(0, std.length(lines) - 1)
]);

local heading(row, y) = {
  type: 'row',
  title: row.title,
  collapsed: false,
  panels: [],
  gridPos: { x: 0, y: y, w: columns, h: 1 },
};

local rowHeight(row) = 1 + sum([height(line) for line in row.lines]);

{
  // A heading, and lines of panels below it.
  row(title, lines): { title: title, lines: lines },

  // All panels, placed and numbered in their order.
  layout(rows):
    local placed = std.flattenArrays([
      local y = sum([rowHeight(row) for row in rows[:index]]);
      [heading(rows[index], y)] + placedLines(rows[index].lines, y + 1)
      for index in std.range(0, std.length(rows) - 1)
    ]);
    std.mapWithIndex(function(index, panel) panel { id: index + 1 }, placed),
}
