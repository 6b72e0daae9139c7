// SPDX-License-Identifier: GPL-2.0-or-later
/* Provenance: what a record says about the kernel, the machine and the suite. */
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>

#include "base/base.h"
#include "system/system.h"

static json_t *string_of_file(const char *path)
{
	char *line = read_line(path);
	json_t *value = line ? json_string(line) : json_null();

	free(line);
	return value ? value : json_null();
}

/* The GNU build id note: namesz 4, descsz, type 3, "GNU\0", id. */
static json_t *build_id(void)
{
	unsigned char note[4096];
	char hex[129];
	FILE *f = fopen("/sys/kernel/notes", "re");
	size_t n, at = 0;

	if (!f)
		return json_null();
	n = fread(note, 1, sizeof(note), f);
	fclose(f);
	while (at + 12 <= n) {
		uint32_t head[3];
		size_t name, desc;

		memcpy(head, note + at, sizeof(head));
		name = at + 12;
		desc = name + ((head[0] + 3u) & ~3u);
		if (desc + head[1] > n)
			break;
		if (head[2] == 3 && head[0] == 4 && head[1] <= 64 &&
		    !memcmp(note + name, "GNU", 4)) {
			for (size_t i = 0; i < head[1]; i++)
				sprintf(hex + 2 * i, "%02x", note[desc + i]);
			return json_string(hex);
		}
		at = desc + ((head[1] + 3u) & ~3u);
	}
	return json_null();
}

/** kernel_info - the kernel that is running, for a record's header */
json_t *kernel_info(void)
{
	struct utsname u;
	char *release, *version;
	json_t *info;

	if (uname(&u))
		return NULL;
	release = plain_text(u.release);
	version = plain_text(u.version);
	info = json_pack("{s:s, s:s, s:s, s:o, s:o, s:n}", "release", release,
			 "version", version, "machine", u.machine, "build_id",
			 build_id(), "cmdline", string_of_file("/proc/cmdline"),
			 "config_sha256");
	free(release);
	free(version);
	return info;
}

/** suite_info - this program, for a record's header */
json_t *suite_info(void)
{
	return json_pack("{s:s, s:s, s:s}", "version", VMABENCH_VERSION,
			 "revision", suite_revision, "compiler",
			 "gcc " __VERSION__);
}

static char *cpuinfo(const char *key)
{
	char *value = read_value("/proc/cpuinfo", key);

	return value ? value : xasprintf("unknown");
}

/*
 * FNV-1a: the id has to tell hosts apart, not to resist anybody. It is made of
 * what the machine is, not of what it or its owner is called.
 */
static uint64_t hash(uint64_t h, const char *s)
{
	for (; s && *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u;
}

/** host_id - hash of board, CPU model and topology; to be freed */
char *host_id(void)
{
	static const char *const files[] = {
		"/sys/class/dmi/id/sys_vendor",
		"/sys/class/dmi/id/product_name",
		"/sys/class/dmi/id/board_name",
		"/sys/devices/system/cpu/present",
		"/sys/devices/system/node/online",
	};
	uint64_t h = 0xcbf29ce484222325u;
	char *cpu = cpuinfo("model name");

	h = hash(h, cpu);
	free(cpu);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *line = read_line(files[i]);

		h = hash(h, line);
		free(line);
	}
	return xasprintf("%016llx", (unsigned long long)h);
}

/** is_static - is this program linked statically, which has no loader? */
bool is_static(void)
{
	return !getauxval(AT_BASE);
}

/**
 * add_linking - have a record say how this program is linked
 * @env: of it
 *
 * Shared libraries are mappings among which those of the scenarios are made. A
 * record without the key is of a static program.
 */
void add_linking(json_t *env)
{
	if (!is_static())
		json_object_set_new(env, "linking", json_string("shared"));
}

/** metal_env - keys that must match for two records of this machine to be compared */
json_t *metal_env(int cpu)
{
	const struct core_pmu *kind = core_pmu_of(cpu);
	char *host = host_id(), *model = cpuinfo("model name");
	char *microcode = cpuinfo("microcode");
	json_t *env = json_pack("{s:s, s:s, s:s, s:s}", "host", host, "cpu",
				model, "microcode", microcode, "clock",
				bench_clock.name);

	add_linking(env);
	if (kind)
		json_object_set_new(env, "core", json_string(kind->name));
	free(host);
	free(model);
	free(microcode);
	return env;
}

/** note_boot - when it is measured, and on which CPU */
void note_boot(json_t *info, int cpu)
{
	time_t now = time(NULL);
	char when[32];

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	json_object_set_new(info, "time", json_string(when));
	json_object_set_new(info, "pinned_cpu", json_sprintf("%d", cpu));
}
