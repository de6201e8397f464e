#include "terse/serve/store/sqlite_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>

#include "serve/served_examples.h"
#include "terse/base/error.h"
#include "terse/serve/store/sqlite_store.h"

namespace terse::serve::store {
namespace {

namespace files = std::filesystem;

Row row(const std::string& key) {
  Row made;
  made.device = "d";
  made.model = "pump";
  made.key = key;
  return made;
}

TEST(SqliteFile, IsMadeForItsOwnerAloneWhateverTheUmask) {
  const Folder folder;
  for (const mode_t mask : {0, 077, 0777}) {
    const mode_t before = umask(mask);
    const std::string path = folder / std::to_string(mask);
    const SqliteStore store(path);
    umask(before);
    for (const char* end : {"", "-wal", "-shm"}) {
      struct stat state = {};
      ASSERT_EQ(stat((path + end).c_str(), &state), 0);
      EXPECT_EQ(state.st_mode & 0777U, 0600U) << end << " with umask " << mask;
    }
  }
}

/// Does `harm` to the files of a store between two messages, and `mend` afterwards.
void expect_refused(const std::function<void(const std::string& path)>& harm,
                    const std::function<void(const std::string& path)>& mend,
                    const std::string& problem) {
  const Folder folder;
  const std::string path = folder / "s.sqlite";
  SqliteStore store(path);
  store.write(std::vector{row("1")}, {});
  harm(path);
  for (const auto& use : std::vector<std::function<void()>>{
           [&] { store.write(std::vector{row("2")}, {}); }, [&] { store.check(); }}) {
    try {
      use();
      ADD_FAILURE() << "taken: " << problem;
    } catch (const DataError&) {
      ADD_FAILURE() << "not the fault of the message";
    } catch (const base::JobError& error) {
      EXPECT_NE(std::string(error.what()).find(problem), std::string::npos) << error.what();
    }
  }
  if (!mend) return;
  mend(path);
  store.check();
  EXPECT_EQ(store.write(std::vector{row("2")}, {})[0].kept, Kept::stored);
}

TEST(SqliteFile, ThatIsGoneTakesNothing) {
  expect_refused([](const std::string& path) { files::remove(path); }, {}, "is gone");
  expect_refused([](const std::string& path) { files::remove(path + "-wal"); }, {},
                 "-wal' is gone");
  expect_refused([](const std::string& path) { files::remove(path + "-shm"); }, {},
                 "-shm' is gone");
}

TEST(SqliteFile, ThatWasMovedAwayTakesAgainWhenItIsBack) {
  expect_refused([](const std::string& path) { files::rename(path, path + ".away"); },
                 [](const std::string& path) { files::rename(path + ".away", path); }, "is gone");
}

TEST(SqliteFile, ThatWasReplacedTakesNothing) {
  expect_refused(
      [](const std::string& path) {
        files::copy_file(path, path + ".copy");
        files::rename(path, path + ".old");
        files::rename(path + ".copy", path);
      },
      [](const std::string& path) { files::rename(path + ".old", path); }, "was replaced");
}

}  // namespace
}  // namespace terse::serve::store
