#pragma once

// Rendering: from a template and the values of its placeholders to the text of a policy.
//
//   in   a template, the files that it may include, the values
//   out  Rendered   the text, and for each part of it the place in the template
//
// A template is the text of a policy, in which `@{NAME}` stands for a value and a line
// `@include "FILE"` for the lines of another template. A statement with a pattern is there once for
// each value; README.md of this directory describes the language. Comments are copied as they are.
//
// The result depends only on the input. Nothing is printed, and files are read only through the
// FileSystem. Never stops at the first problem; if there is one, the text is not meant to be used.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/render/source_map.h"
#include "compiler/render/values.h"
#include "compiler/support/file_system.h"
#include "compiler/support/source.h"

namespace ipec::render {

// The template, or a file that it includes.
struct Source {
  support::SourceBuffer buffer;  // its name is that for reports
  std::string path;              // empty: not a file
};

struct Options {
  std::size_t most_bytes = std::size_t{16} << 20;  // of the text
  std::size_t most_depth = 16;                     // of includes
  std::size_t most_includes = 1000;
  bool leaves_out_includes = false;  // for a reader that knows the template alone
  bool hides_text = false;  // findings do not show the text: its values are not the real ones
};

struct Rendered {
  std::vector<Source> sources;  // the template first
  std::string text;
  SourceMap map;
  bool has_left_out = false;  // an include
  bool hides_text = false;    // see Options
  // The problems of each source, in the order of the file.
  std::vector<diagnostics::Sink> problems;

  bool HasProblems() const;
};

// `files` may be null: then the template cannot include anything.
Rendered Render(Source source, Values& values, support::FileSystem* files,
                const Options& options = {});

// Whether the name is that of a template: `*.pol.in`, `*.ipe.in`, `*.policy.in`.
bool IsTemplateName(std::string_view path);
// The name of the policy that it becomes: without `.in`.
std::string_view PolicyNameOf(std::string_view path);

}  // namespace ipec::render
