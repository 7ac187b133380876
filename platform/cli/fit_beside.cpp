#include "cli/fit_beside.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "cli/check.hpp"

namespace candor::cli {

namespace {

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

constexpr int kNoProgram = 127;

// Files, and no pipes, of which one could be full while the other is waited for.
bool write_all(std::FILE* file, std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0 &&
           std::fseek(file, 0, SEEK_SET) == 0;
}

std::string read_all(std::FILE* file) {
    std::rewind(file);
    std::string out;
    char block[4096];
    while (const std::size_t count = std::fread(block, 1, sizeof block, file)) out.append(block, count);
    return out;
}

// Returns its exit code; -1 when it was ended by a signal or could not be started.
int run(const std::string& program, std::FILE* in, std::FILE* out) {
    const pid_t child = fork();
    if (child == 0) {
        dup2(fileno(in), STDIN_FILENO);
        dup2(fileno(out), STDOUT_FILENO);
        execl(program.c_str(), program.c_str(), kMisfitsOption, static_cast<char*>(nullptr));
        _exit(kNoProgram);
    }
    int status = 0;
    if (child < 0) return -1;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Result<List<survey::Finding>> misfits_beside(const std::string& program, std::string_view text) {
    const File in(std::tmpfile()), out(std::tmpfile());
    if (!in || !out || !write_all(in.get(), text)) return fail(program, std::strerror(errno));
    if (run(program, in.get(), out.get()) != 0) return fail(program, "could not tell what does not fit");
    const auto told = json::parse(read_all(out.get()));
    if (!told) return fail(program, told.error().reason);
    List<survey::Finding> findings;
    for (const json::Value& one : told->array()) {
        const auto member = [&](const char* key) {
            const json::Value* value = one.find(key);
            return value == nullptr ? String() : value->text();
        };
        const survey::Severity severity =
            member("severity") == "note" ? survey::Severity::note : survey::Severity::warning;
        findings.push_back({member("code"), severity, member("path"), member("reason"), member("mend")});
    }
    return findings;
}

json::Value misfits_json(const List<survey::Finding>& findings) {
    json::Value out{json::Array{}};
    for (const survey::Finding& finding : findings) {
        json::Value one{json::Members{}};
        one.set("code", finding.code).set("severity", severity_name(finding.severity)).set("path", finding.path);
        one.set("reason", finding.reason).set("mend", finding.mend);
        out.push(std::move(one));
    }
    return out;
}

}  // namespace candor::cli
