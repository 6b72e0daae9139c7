// SPDX-License-Identifier: GPL-2.0-or-later
/* What all commands that boot an image do before the boot, and after it. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "exact.h"
#include "record/write.h"

/** tool_failed - say that something could not be done, with -errno; exit status */
int tool_failed(const char *what, int err)
{
	complain("vmabench: %s: %s\n", what, strerror(-err));
	return 1;
}

/** find_qemu - ask QEMU for its version; false if it cannot be run, which was said */
bool find_qemu(struct image *image)
{
	image->qemu_version = first_line_of(image->qemu, "--version");
	if (!image->qemu_version)
		complain("vmabench: cannot run %s: is it installed? (Debian: qemu-system-x86)\n",
			 image->qemu);
	return image->qemu_version;
}

/**
 * prepare_guest - make all that a guest is given besides its kernel
 * @image: with its scratch folder; gets its symbols, and loses modules that do not
 *	fit
 *
 * Return: exit status; 0, or it was said why.
 */
int prepare_guest(struct image *image)
{
	char *vmlinux = path_of(image->dir, "/vmlinux"), *initrd;
	int err = symbols_read(vmlinux, &image->symbols);

	if (err) {
		free(vmlinux);
		return interrupted ? 128 + interrupted : 1;
	}
	err = link_to_scratch(image->scratch, GUEST_KERNEL, vmlinux);
	free(vmlinux);
	if (err)
		return 1;
	if (image->module && !is_module_of(image->module, image->dir))
		image->module = NULL;
	if (image->driver && !is_module_of(image->driver, image->dir))
		image->driver = NULL;
	if (image->tree && !is_module_of(image->tree, image->dir))
		image->tree = NULL;
	initrd = path_of(image->scratch, "/" GUEST_INITRD);
	err = write_initrd(initrd, image->module, image->driver, image->tree);
	if (err && !ran_out_of_room(image->scratch))
		tool_failed(initrd, err);
	free(initrd);
	if (err)
		return 1;
	if (image->disks) {
		err = link_disks(image->scratch, image->disks);
		return err ? 1 : 0;
	}
	err = write_disks(image->scratch);
	if (err && ran_out_of_room(image->scratch))
		return 1;
	if (err)
		complain("vmabench: making the guest's disks: %s (Debian: e2fsprogs)\n",
			 strerror(-err));
	return err ? 1 : 0;
}

/** say_guest_errors - on stderr what the guest complained of in its report */
void say_guest_errors(const struct image *image, const json_t *lines)
{
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		const char *reason =
			json_string_value(json_object_get(line, "reason"));

		if (!strcmp(line_type(line), "guest-error"))
			complain("vmabench: %s: guest: %s\n", image->stage,
				 reason ? reason : "an error without a reason");
	}
}

/** is_kernel_of - is a record of the image? If not, that has been said */
bool is_kernel_of(const struct image *image, const json_t *head)
{
	const json_t *kernel = json_object_get(head, "kernel");
	const char *id = json_string_value(json_object_get(kernel, "build_id"));

	if (id && !strcmp(id, image->symbols.build_id))
		return true;
	complain("vmabench: the guest runs another kernel than %s/vmlinux (build id)\n",
		 image->dir);
	return false;
}

/** note_host - the state of the machine that a kernel was booted on, and when that was */
void note_host(json_t *info, int cpu)
{
	json_t *host = metal_info(cpu), *value;
	const char *key;

	json_object_foreach(host, key, value) {
		char *name = xasprintf("host_%s", key);

		json_object_set(info, name, value);
		free(name);
	}
	json_decref(host);
	note_boot(info, cpu);
}

/**
 * end_image - give back what was taken for an image, and for its guests
 * @image: see above
 * @keep: leave the scratch folder there
 */
void end_image(struct image *image, bool keep)
{
	if (image->scratch)
		end_scratch(image->scratch, keep);
	free(image->scratch);
	free(image->symbols.text);
	free(image->qemu_version);
}
