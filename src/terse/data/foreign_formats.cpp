#include "terse/data/foreign_formats.h"

#include "terse/base/error.h"
#include "terse/text/ascii.h"

namespace terse::data {
namespace {

struct Format {
  std::string_view begins;
  const char* is;
  const char* remedy;
};

constexpr const char* save_sheet = "save the sheet with the table as CSV";
constexpr const char* write_csv = "write the table as CSV";

const Format formats[] = {
    {"PK\x03\x04", "is a workbook (.xlsx, .ods) or another zip archive", save_sheet},
    {"\xD0\xCF\x11\xE0", "is a workbook (.xls)", save_sheet},
    {"%PDF-", "is a PDF document", write_csv},
    {"PAR1\x15", "is a Parquet file", write_csv},
    {std::string_view("ARROW1\0", 7), "is an Arrow file", write_csv},
    {"\x89HDF\r\n", "is an HDF5 file", write_csv},
    {"SQLite format 3", "is an SQLite database", write_csv},
    {"\x80\x04\x95", "is a pickle of Python", write_csv},
    {"\x93NUMPY", "is an array of NumPy", write_csv},
    {"MATLAB 5.0 MAT-file", "is a MATLAB file", write_csv},
};

// Without the blanks that texts may have anywhere.
const Format text_formats[] = {
    {"<!doctypehtml", "is a web page", "check the address it was fetched from"},
    {"<html", "is a web page", "check the address it was fetched from"},
    {"<?xml", "is XML", write_csv},
    {"[{", "is JSON", write_csv},
    {"{\"", "is JSON", write_csv},
};

}  // namespace

void refuse_foreign_format(std::string_view beginning, const std::string& source) {
  const auto refuse = [&](const Format& format) {
    throw base::InputError(source, "", format.is, format.remedy);
  };
  for (const Format& format : formats) {
    if (beginning.starts_with(format.begins)) refuse(format);
  }
  if (beginning.starts_with("\xEF\xBB\xBF")) beginning.remove_prefix(3);
  std::string text(beginning.substr(0, 64));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  for (const Format& format : text_formats) {
    const std::string_view own = std::string_view(text).substr(0, format.begins.size());
    if (text::same_ignoring_case(own, format.begins)) refuse(format);
  }
}

}  // namespace terse::data
