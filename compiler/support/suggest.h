#pragma once

// "Did you mean": the word of a list that is closest to a misspelt one.

#include <span>
#include <string>
#include <string_view>

namespace ipec::support {

// Empty if no word is close: more than a third of the characters would have to change. Case and the
// difference between `-` and `_` do not count; two swapped characters count once. Of equally close
// words the first wins.
std::string_view Nearest(std::string_view misspelt, std::span<const std::string_view> words);

// "did you mean `WORD`?"
std::string DidYouMean(std::string_view word);

// The end of a message about a misspelt word: "; did you mean `WORD`?" if a word is close, else
// `otherwise`.
std::string Suggest(std::string_view misspelt, std::span<const std::string_view> words,
                    std::string_view otherwise = {});

}  // namespace ipec::support
