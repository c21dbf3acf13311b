//! The body: Markdown read into a tree that the templates walk.

use std::iter::Peekable;

use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag};
use serde::Serialize;

use crate::LetterError;
use crate::check::{MOST_BLOCKS, MOST_COLUMNS, MOST_NESTING, MOST_ROWS};

/// A block of the body.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(crate) enum Block {
    Paragraph {
        c: Vec<Inline>,
    },
    Heading {
        level: u8,
        c: Vec<Inline>,
    },
    Bullets {
        items: Vec<Vec<Block>>,
    },
    Numbers {
        start: u64,
        items: Vec<Vec<Block>>,
    },
    Quote {
        c: Vec<Block>,
    },
    Code {
        s: String,
    },
    Table {
        align: Vec<&'static str>,
        weights: Vec<usize>,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Rule,
}

/// A run inside a paragraph.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(crate) enum Inline {
    Text { s: String },
    Strong { c: Vec<Inline> },
    Emphasis { c: Vec<Inline> },
    Strike { c: Vec<Inline> },
    Mono { s: String },
    Break,
}

/// Reads Markdown. Raw HTML and anything that looks like markup of the typesetter stays text.
pub(crate) fn parse(markdown: &str) -> Result<Vec<Block>, LetterError> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut reader = Reader {
        events: Parser::new_ext(markdown, options).peekable(),
        rows: 0,
        blocks: 0,
    };
    reader.blocks(0)
}

/// Splits off what must stay on one page with the signature blocks: the last paragraph, list item
/// or table rows, so that no signature ever stands on a page without text above it.
pub(crate) fn split_tail(mut blocks: Vec<Block>) -> (Vec<Block>, Vec<Block>) {
    let Some(last) = blocks.pop() else {
        return (blocks, Vec::new());
    };
    let (head, tail) = match last {
        Block::Bullets { mut items } if items.len() > 1 => {
            let end = items.split_off(items.len() - 1);
            (
                Some(Block::Bullets { items }),
                Block::Bullets { items: end },
            )
        }
        Block::Numbers { start, mut items } if items.len() > 1 => {
            let end = items.split_off(items.len() - 1);
            let next = start.saturating_add(u64::try_from(items.len()).unwrap_or(u64::MAX));
            (
                Some(Block::Numbers { start, items }),
                Block::Numbers {
                    start: next,
                    items: end,
                },
            )
        }
        Block::Table {
            align,
            weights,
            head,
            mut rows,
        } if rows.len() > TABLE_TAIL => {
            let end = rows.split_off(rows.len() - 2);
            let tail = Block::Table {
                align: align.clone(),
                weights: weights.clone(),
                head: Vec::new(),
                rows: end,
            };
            (
                Some(Block::Table {
                    align,
                    weights,
                    head,
                    rows,
                }),
                tail,
            )
        }
        whole @ (Block::Paragraph { .. }
        | Block::Heading { .. }
        | Block::Bullets { .. }
        | Block::Numbers { .. }
        | Block::Quote { .. }
        | Block::Code { .. }
        | Block::Table { .. }
        | Block::Rule) => (None, whole),
    };
    blocks.extend(head);
    (blocks, vec![tail])
}

/// Rows of a closing table that are kept whole with the signatures.
const TABLE_TAIL: usize = 6;

struct Reader<'a> {
    events: Peekable<Parser<'a>>,
    rows: usize,
    blocks: usize,
}

impl Reader<'_> {
    /// Blocks up to the end of the enclosing container.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever is no block starts a run of text"
    )]
    fn blocks(&mut self, depth: usize) -> Result<Vec<Block>, LetterError> {
        deep_enough(depth)?;
        let mut blocks = Vec::new();
        // Items of a tight list hold text without a paragraph around it.
        let mut loose = Vec::new();
        while let Some(event) = self.events.next() {
            let block = match event {
                Event::End(_) => break,
                Event::Start(Tag::Paragraph | Tag::HtmlBlock) => Block::Paragraph {
                    c: self.inlines(depth + 1)?,
                },
                Event::Start(Tag::Heading { level, .. }) => Block::Heading {
                    level: number(level),
                    c: self.inlines(depth + 1)?,
                },
                Event::Start(Tag::BlockQuote(_)) => Block::Quote {
                    c: self.blocks(depth + 1)?,
                },
                Event::Start(Tag::CodeBlock(_)) => Block::Code { s: self.raw() },
                Event::Start(Tag::List(start)) => self.list(start, depth + 1)?,
                Event::Start(Tag::Table(align)) => self.table(&align, depth + 1)?,
                Event::Rule => Block::Rule,
                run => {
                    loose.extend(self.inline(run, depth)?);
                    continue;
                }
            };
            flush(&mut loose, &mut blocks);
            blocks.push(block);
            self.blocks += 1;
            at_most("body blocks", self.blocks, MOST_BLOCKS)?;
        }
        flush(&mut loose, &mut blocks);
        Ok(blocks)
    }

    fn list(&mut self, start: Option<u64>, depth: usize) -> Result<Block, LetterError> {
        let mut items = Vec::new();
        while let Some(Event::Start(_)) = self.events.next() {
            items.push(self.blocks(depth)?);
            self.blocks += 1;
            at_most("body blocks", self.blocks, MOST_BLOCKS)?;
        }
        Ok(match start {
            Some(start) => Block::Numbers { start, items },
            None => Block::Bullets { items },
        })
    }

    fn table(&mut self, align: &[Alignment], depth: usize) -> Result<Block, LetterError> {
        at_most("body table columns", align.len(), MOST_COLUMNS)?;
        let mut lines = Vec::new();
        // Head and rows alike: a start, cells, an end.
        while let Some(Event::Start(_)) = self.events.next() {
            let mut cells = Vec::new();
            while let Some(Event::Start(_)) = self.events.next() {
                cells.push(self.inlines(depth)?);
            }
            lines.push(cells);
            self.rows += 1;
            at_most("body table rows", self.rows, MOST_ROWS)?;
        }
        let weights = (0..align.len())
            .map(|column| weight(&lines, column))
            .collect();
        let rows = lines.split_off(lines.len().min(1));
        let align = align
            .iter()
            .map(|side| match side {
                Alignment::None | Alignment::Left => "left",
                Alignment::Center => "center",
                Alignment::Right => "right",
            })
            .collect();
        Ok(Block::Table {
            align,
            weights,
            head: lines.pop().unwrap_or_default(),
            rows,
        })
    }

    fn inlines(&mut self, depth: usize) -> Result<Vec<Inline>, LetterError> {
        deep_enough(depth)?;
        let mut runs = Vec::new();
        while let Some(event) = self.events.next() {
            if matches!(event, Event::End(_)) {
                break;
            }
            runs.extend(self.inline(event, depth)?);
        }
        Ok(runs)
    }

    fn inline(&mut self, event: Event<'_>, depth: usize) -> Result<Vec<Inline>, LetterError> {
        let text = |s: &str| vec![Inline::Text { s: s.to_owned() }];
        Ok(match event {
            Event::Text(s)
            | Event::Html(s)
            | Event::InlineHtml(s)
            | Event::InlineMath(s)
            | Event::DisplayMath(s)
            | Event::FootnoteReference(s) => text(&s),
            Event::Code(s) => vec![Inline::Mono { s: s.into_string() }],
            Event::SoftBreak => text(" "),
            Event::HardBreak => vec![Inline::Break],
            Event::Rule | Event::TaskListMarker(_) | Event::End(_) => Vec::new(),
            Event::Start(tag) => self.marked(&tag, depth + 1)?,
        })
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "tags of extensions that are off keep their text"
    )]
    fn marked(&mut self, tag: &Tag<'_>, depth: usize) -> Result<Vec<Inline>, LetterError> {
        if let Tag::Image { dest_url, .. } = tag {
            return Err(LetterError::Image {
                address: dest_url.chars().take(80).collect(),
            });
        }
        let mut c = self.inlines(depth)?;
        Ok(match tag {
            Tag::Strong => vec![Inline::Strong { c }],
            Tag::Emphasis => vec![Inline::Emphasis { c }],
            Tag::Strikethrough => vec![Inline::Strike { c }],
            // Paper cannot be clicked: the address is printed unless it is the text already.
            Tag::Link { dest_url, .. } if plain(&c) != dest_url.as_ref() => {
                c.push(Inline::Text {
                    s: format!(" ({dest_url})"),
                });
                c
            }
            _ => c,
        })
    }

    fn raw(&mut self) -> String {
        let mut text = String::new();
        while let Some(Event::Text(s)) = self.events.next() {
            text.push_str(&s);
        }
        text
    }
}

fn flush(loose: &mut Vec<Inline>, blocks: &mut Vec<Block>) {
    if !loose.is_empty() {
        blocks.push(Block::Paragraph {
            c: std::mem::take(loose),
        });
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 | HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => 3,
    }
}

fn deep_enough(depth: usize) -> Result<(), LetterError> {
    if depth > MOST_NESTING {
        return Err(LetterError::Nesting { most: MOST_NESTING });
    }
    Ok(())
}

fn at_most(field: &'static str, actual: usize, most: usize) -> Result<(), LetterError> {
    if actual > most {
        return Err(LetterError::TooMany {
            field,
            actual,
            most,
        });
    }
    Ok(())
}

/// Share of the width a column gets: its longest cell, within reason. Fixed shares, because the
/// closing rows of a table may be set apart from the others and must line up.
fn weight(lines: &[Vec<Vec<Inline>>], column: usize) -> usize {
    let longest = lines
        .iter()
        .filter_map(|line| line.get(column))
        .map(|cell| plain(cell).chars().count())
        .max();
    longest.unwrap_or(0).clamp(4, 40) + 3
}

/// The text of runs without their marks.
pub(crate) fn plain(runs: &[Inline]) -> String {
    runs.iter()
        .map(|run| match run {
            Inline::Text { s } | Inline::Mono { s } => s.clone(),
            Inline::Strong { c } | Inline::Emphasis { c } | Inline::Strike { c } => plain(c),
            Inline::Break => " ".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_the_typesetter_and_html_stay_text() {
        let blocks = parse("#read(\"/etc/passwd\") <b>x</b>").unwrap();
        let Block::Paragraph { c } = &blocks[0] else {
            panic!("{blocks:?}")
        };
        assert_eq!(plain(c), "#read(\"/etc/passwd\") <b>x</b>");
    }

    #[test]
    fn an_image_is_refused_by_name() {
        let error = parse("![x](/etc/passwd)").unwrap_err();
        assert_eq!(
            error,
            LetterError::Image {
                address: "/etc/passwd".to_owned()
            }
        );
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(matches!(
            parse(&"> ".repeat(200)),
            Ok(_) | Err(LetterError::Nesting { .. })
        ));
        assert!(matches!(
            parse(&format!("{}x", "> ".repeat(200))),
            Err(LetterError::Nesting { .. })
        ));
    }

    #[test]
    fn too_many_rows_are_refused() {
        let table = format!("|a|\n|-|\n{}", "|1|\n".repeat(2100));
        assert!(matches!(
            parse(&table),
            Err(LetterError::TooMany {
                field: "body table rows",
                ..
            })
        ));
    }

    #[test]
    fn the_last_item_of_a_list_keeps_its_number_when_it_is_split_off() {
        let (head, tail) = split_tail(parse("3. a\n4. b\n5. c").unwrap());
        assert_eq!(head.len(), 1);
        let Block::Numbers { start, items } = &tail[0] else {
            panic!("{tail:?}")
        };
        assert_eq!((*start, items.len()), (5, 1));
    }

    #[test]
    fn nested_lists_stay_inside_their_item() {
        let blocks = parse("- a\n  1. b\n  2. c\n- d").unwrap();
        let Block::Bullets { items } = &blocks[0] else {
            panic!("{blocks:?}")
        };
        assert_eq!(items.len(), 2);
        assert!(matches!(items[0][1], Block::Numbers { start: 1, .. }));
    }
}
